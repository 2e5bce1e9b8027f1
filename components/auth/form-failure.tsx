import { CircleAlert } from "lucide-react";

/** Why the whole form was refused. Always there, so that a screen reader hears it when it fills. */
export function FormFailure({ message }: { message: string | undefined }) {
  return (
    <div role="alert" aria-live="assertive" className="empty:-mt-4">
      {message && (
        <p className="flex gap-2 rounded-md border border-danger/30 bg-danger/10 px-3 py-2 text-13 text-danger">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {message}
        </p>
      )}
    </div>
  );
}

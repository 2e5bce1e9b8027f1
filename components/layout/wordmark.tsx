import { cn } from "@/components/ui/cn";

/** The product's sign and name. */
export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={cn("flex items-center gap-2 font-semibold text-sm tracking-tight", className)}>
      <svg viewBox="0 0 20 20" className="size-5 text-brand" aria-hidden="true" fill="none" stroke="currentColor">
        <circle cx="10" cy="10" r="2.25" fill="currentColor" stroke="none" />
        <path d="M14 6a5.6 5.6 0 0 1 0 8M6 14a5.6 5.6 0 0 1 0-8" strokeWidth="1.75" strokeLinecap="round" />
        <path
          d="M16.7 3.3a9.4 9.4 0 0 1 0 13.4M3.3 16.7a9.4 9.4 0 0 1 0-13.4"
          strokeWidth="1.75"
          strokeLinecap="round"
          opacity=".45"
        />
      </svg>
      <span>Earshot</span>
    </span>
  );
}

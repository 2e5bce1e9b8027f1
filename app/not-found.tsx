import { NothingHere } from "@/components/layout/nothing-here";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <NothingHere onward={{ href: "/live", label: "Go to live calls" }}>
        The call may have ended, or it belongs to a team that is not yours.
      </NothingHere>
    </main>
  );
}

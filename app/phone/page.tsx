import type { Metadata } from "next";
import Link from "next/link";
import { GuestPhone } from "@/components/phone/guest-phone";

export const metadata: Metadata = { title: "Softphone" };

export default function PhonePage() {
  return (
    <div className="grid justify-items-center gap-4">
      <h1 className="sr-only">Softphone</h1>
      <GuestPhone />
      <p className="text-13 text-muted-foreground">
        You are an agent?{" "}
        <Link href="/phone/agent" className="text-brand underline underline-offset-4">
          Open your own phone
        </Link>
        .
      </p>
    </div>
  );
}

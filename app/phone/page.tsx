import type { Metadata } from "next";
import Link from "next/link";
import { Wordmark } from "@/components/layout/wordmark";
import { GuestPhone } from "@/components/phone/guest-phone";

export const metadata: Metadata = { title: "Softphone" };

export default function PhonePage() {
  return (
    <main className="mx-auto grid w-full max-w-md content-start justify-items-center gap-4 p-4 sm:pt-10">
      <Wordmark />
      <h1 className="sr-only">Softphone</h1>
      <GuestPhone />
      <p className="text-13 text-muted-foreground">
        You are an agent?{" "}
        <Link href="/phone/agent" className="text-brand underline underline-offset-4">
          Open your own phone
        </Link>
        .
      </p>
    </main>
  );
}

import type { Metadata } from "next";
import { TelephonyPanel } from "@/components/settings/telephony-panel";

export const metadata: Metadata = { title: "Telephone systems" };

export default function TelephonyPage() {
  return <TelephonyPanel />;
}

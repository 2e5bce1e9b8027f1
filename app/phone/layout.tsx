import type { ReactNode } from "react";

/** Customers and agents have frames of their own: the one has nothing of the product, the other a desk. */
export default function PhoneLayout({ children }: { children: ReactNode }) {
  return <div className="min-h-dvh">{children}</div>;
}

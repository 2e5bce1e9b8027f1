import { toast } from "sonner";
import { SIGN_IN_PATH } from "@/lib/auth/constants";

/** Ends the session and leaves the page. */
export async function signOut(): Promise<void> {
  const response = await fetch("/api/auth/sign-out", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  }).catch(() => null);
  // A full load, so that nothing of the session stays in the page.
  if (response?.ok) window.location.assign(SIGN_IN_PATH);
  else toast.error("You could not be signed out. Check the connection and try again.");
}

"use client";

import { Copy } from "lucide-react";
import { useId } from "react";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogClose,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";

export type IssuedPassword = { email: string; password: string };

/** The only time this password is seen: it is stored nowhere. */
export function OneTimePasswordDialog({ issued, onClose }: { issued: IssuedPassword; onClose: () => void }) {
  const id = useId();
  const copy = async () => {
    // The clipboard exists on https and localhost only.
    const copied = await navigator.clipboard?.writeText(issued.password).then(
      () => true,
      () => false,
    );
    if (copied) toast.success("Copied.");
    else toast.error("The browser does not let us copy. Select the password and copy it by hand.");
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        <DialogHeader>
          <DialogTitle>One-time password for {issued.email}</DialogTitle>
          <DialogDescription>
            Hand it over now: it is shown only here and only once. At the first sign-in it must be changed.
          </DialogDescription>
        </DialogHeader>
        <div className="grid gap-1.5">
          <Label htmlFor={id}>One-time password</Label>
          <div className="flex gap-2">
            <Input
              id={id}
              readOnly
              value={issued.password}
              className="font-mono"
              onFocus={(event) => event.target.select()}
            />
            <Button variant="outline" onClick={copy}>
              <Copy className="size-4" aria-hidden /> Copy
            </Button>
          </div>
        </div>
        <DialogFooter>
          <DialogClose asChild>
            <Button>Done, I have handed it over</Button>
          </DialogClose>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}

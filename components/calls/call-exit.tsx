"use client";

import { LogOut, PhoneOff } from "lucide-react";
import {
  AlertDialog,
  AlertDialogAction,
  AlertDialogCancel,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogFooter,
  AlertDialogHeader,
  AlertDialogTitle,
  AlertDialogTrigger,
} from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { Separator } from "@/components/ui/separator";
import { useOtherParty } from "./other-party";

/** Leave is quiet and lets the call go on; End call is red, stands apart, and asks. */
export function CallExit({
  agent,
  canLeave,
  canEnd,
  onLeave,
  onEnd,
}: {
  agent: string;
  canLeave: boolean;
  canEnd: boolean;
  onLeave: () => void;
  onEnd: () => void;
}) {
  const { noun: other } = useOtherParty();
  return (
    <div className="flex items-center gap-2 max-md:w-full max-md:justify-between">
      <Button
        variant="ghost"
        disabled={!canLeave}
        title="Earshot stops listening; the call goes on without it"
        onClick={onLeave}
      >
        <LogOut aria-hidden /> Leave
      </Button>
      <Separator orientation="vertical" className="h-5! max-md:hidden" />
      <AlertDialog>
        <AlertDialogTrigger asChild>
          <Button variant="destructive-outline" disabled={!canEnd}>
            <PhoneOff aria-hidden /> End call
          </Button>
        </AlertDialogTrigger>
        <AlertDialogContent>
          <AlertDialogHeader>
            <AlertDialogTitle>End the call for everyone?</AlertDialogTitle>
            <AlertDialogDescription>
              {agent} and the {other} are cut off at once. To stop listening and let them go on, use Leave.
            </AlertDialogDescription>
          </AlertDialogHeader>
          <AlertDialogFooter>
            <AlertDialogCancel>Cancel</AlertDialogCancel>
            <AlertDialogAction variant="destructive" onClick={onEnd}>
              End call
            </AlertDialogAction>
          </AlertDialogFooter>
        </AlertDialogContent>
      </AlertDialog>
    </div>
  );
}

"use client";

import {
  AlertDialog,
  AlertDialogAction,
  AlertDialogCancel,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogFooter,
  AlertDialogHeader,
  AlertDialogTitle,
} from "@/components/ui/alert-dialog";

/** Without a person between the AI and the agent's ear: asked about every time it is switched on. */
export function AutomaticConfirm(props: { open: boolean; teamName: string; onAnswer: (yes: boolean) => void }) {
  return (
    <AlertDialog open={props.open} onOpenChange={(open) => !open && props.onAnswer(false)}>
      <AlertDialogContent>
        <AlertDialogHeader>
          <AlertDialogTitle>Let the AI speak without approval?</AlertDialogTitle>
          <AlertDialogDescription>
            Every suggestion on calls of {props.teamName} will be spoken in the agent's ear at once, during the call,
            before anyone has read it. The change is written to the audit under your name.
          </AlertDialogDescription>
        </AlertDialogHeader>
        <AlertDialogFooter>
          <AlertDialogCancel>Keep approval</AlertDialogCancel>
          <AlertDialogAction variant="destructive" onClick={() => props.onAnswer(true)}>
            Speak automatically
          </AlertDialogAction>
        </AlertDialogFooter>
      </AlertDialogContent>
    </AlertDialog>
  );
}

import { Button } from "@/components/ui/button";

export function EditButton({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <Button variant="ghost" size="sm" aria-label={`Edit ${name}`} onClick={onClick}>
      Edit
    </Button>
  );
}

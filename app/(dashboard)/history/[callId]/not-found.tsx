import { NothingHere } from "@/components/layout/nothing-here";

export default function NoSuchCall() {
  return (
    <NothingHere onward={{ href: "/history", label: "Go to the history" }}>
      There is no such call, or it belongs to a team that is not yours.
    </NothingHere>
  );
}

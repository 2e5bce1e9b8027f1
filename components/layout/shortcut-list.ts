/** What `?` shows. One list, so that help and keys do not part. */
export const shortcutGroups: { title: string; keys: { keys: string[]; does: string }[] }[] = [
  {
    title: "Everywhere",
    keys: [
      { keys: ["Ctrl", "K"], does: "Command palette" },
      { keys: ["?"], does: "This help" },
      { keys: ["/"], does: "Search" },
    ],
  },
  {
    title: "Live board",
    keys: [
      { keys: ["J"], does: "Next call" },
      { keys: ["K"], does: "Previous call" },
      { keys: ["Enter"], does: "Open the call" },
      { keys: ["L"], does: "Listen to it, or stop" },
      { keys: ["A"], does: "Approve its first suggestion" },
      { keys: ["R"], does: "Reject its first suggestion" },
    ],
  },
  {
    title: "Live call",
    keys: [
      { keys: ["L"], does: "Listen, or stop" },
      { keys: ["M"], does: "Mute what you hear" },
      { keys: ["Space"], does: "Hold to speak" },
      { keys: ["S"], does: "Spy" },
      { keys: ["W"], does: "Whisper" },
      { keys: ["B"], does: "Barge (asks first)" },
      { keys: ["Esc"], does: "Back to the board" },
    ],
  },
  {
    title: "Suggestions",
    keys: [
      { keys: ["J", "K"], does: "Next, previous" },
      { keys: ["A"], does: "Approve" },
      { keys: ["Shift", "A"], does: "Approve and speak now" },
      { keys: ["E"], does: "Edit" },
      { keys: ["R"], does: "Reject" },
      { keys: ["N"], does: "Write your own whisper" },
    ],
  },
  {
    title: "History",
    keys: [
      { keys: ["J", "K"], does: "Next, previous call" },
      { keys: ["Space"], does: "Play or pause the recording" },
      { keys: ["←", "→"], does: "Five seconds back, on" },
    ],
  },
];

import type { TalkCell } from "./talk-lanes";

const LANE_GAP = 2;

/** Caller above, agent below; where both speak a band joins the lanes, so that it is not told by colour alone. */
export function paintLanes(canvas: HTMLCanvasElement, cells: TalkCell[]): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const lane = (height - LANE_GAP) / 2;
  const step = width / cells.length;
  const bar = (index: number, part: { top: number; tall: number; fill: string }) => {
    context.fillStyle = part.fill;
    context.fillRect(index * step, part.top, step + 0.5, part.tall);
  };
  context.fillStyle = colour("--muted");
  context.fillRect(0, 0, width, lane);
  context.fillRect(0, lane + LANE_GAP, width, lane);
  for (const [index, { caller, agent }] of cells.entries()) {
    if (caller && agent) bar(index, { top: 0, tall: height, fill: colour("--barge") });
    else if (caller) bar(index, { top: 0, tall: lane, fill: colour("--foreground") });
    else if (agent) bar(index, { top: lane + LANE_GAP, tall: lane, fill: colour("--muted-foreground") });
  }
}

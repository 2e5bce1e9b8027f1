import type { Socket } from "socket.io-client";
import { type AudioFrame, FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { decodeListenPackets, type ListenPacket } from "@/lib/contract/headset";

/** Every packet that a socket is sent, decoded. */
export function earOf(socket: Socket): ListenPacket[] {
  const packets: ListenPacket[] = [];
  socket.on("listen:packet", (bytes: Uint8Array) => {
    const decoded = decodeListenPackets(bytes);
    if (!decoded.ok) throw new Error(decoded.reason);
    packets.push(...decoded.packets);
  });
  return packets;
}

/** Frame number `index` of a party: a quiet tone. */
export function frameOf(party: AudioFrame["party"], index: number): AudioFrame {
  const samples = Int16Array.from(
    { length: FRAME_SAMPLES },
    (_, at) => 4000 * Math.sin((index * FRAME_SAMPLES + at) / 9),
  );
  return { party, sequence: index, atMs: index * FRAME_MS, samples };
}

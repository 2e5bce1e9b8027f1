"use client";

import { useEffect, useRef, useState } from "react";
import type { LineRole } from "@/lib/contract/softphone";
import { createSoftphoneAudio, SOFTPHONE_AUDIO_OFF, type SoftphoneAudio } from "@/lib/headset/softphone-audio";
import { LINE_OFF, PhoneLine, type PhoneRequest } from "./phone-line";
import { ring } from "./ring-tone";

/** What a screen does with its phone. */
export type PhoneControls = {
  /** In a click: asks for the microphone, then for the line. */
  start(options?: { name?: string }): Promise<void>;
  stop(): void;
  request(command: PhoneRequest): void;
  retryAudio(): void;
  chooseMicrophone(deviceId: string | null): void;
  levels(): { heard: number; microphone: number };
};

type Parts = { line: PhoneLine; audio: SoftphoneAudio };

/** A softphone for as long as the component is there: its line, its ear and mouth, and its ring. */
export function usePhone(role: LineRole) {
  const [line, setLine] = useState(LINE_OFF);
  const [audio, setAudio] = useState(SOFTPHONE_AUDIO_OFF);
  const parts = useRef<Parts | null>(null);

  useEffect(() => {
    const made: Parts = {
      audio: createSoftphoneAudio({ onFrame: (samples) => made.line.sendAudio(samples), onChange: setAudio }),
      line: new PhoneLine({ role, onChange: setLine, onFrame: (frame) => made.audio.receive(frame) }),
    };
    parts.current = made;
    void made.line.check();
    return () => {
      made.line.close();
      made.audio.stop();
      parts.current = null;
    };
  }, [role]);

  const { phone } = line;
  const isSpeaking = phone.state === "connected" && !phone.isMuted && line.status === "open";
  const microphone = audio.microphone.state;
  useEffect(() => {
    const mouth = parts.current?.audio;
    if (isSpeaking && microphone === "ready") mouth?.openMicrophone();
    if (!isSpeaking && microphone === "open") mouth?.closeMicrophone();
  }, [isSpeaking, microphone]);

  const tone = phone.state === "ringing" ? "ring" : phone.state === "calling" && phone.isRinging ? "ringback" : null;
  useEffect(() => (tone ? ring(tone) : undefined), [tone]);

  const [controls] = useState(
    (): PhoneControls => ({
      async start(options) {
        await parts.current?.audio.start();
        parts.current?.line.open(options);
      },
      stop() {
        parts.current?.line.close();
        parts.current?.audio.stop();
      },
      request: (command) => parts.current?.line.request(command),
      retryAudio: () => void parts.current?.audio.start(),
      chooseMicrophone: (deviceId) => void parts.current?.audio.chooseMicrophone(deviceId),
      levels: () => parts.current?.audio.levels() ?? { heard: -60, microphone: -60 },
    }),
  );
  return { line, audio, controls };
}

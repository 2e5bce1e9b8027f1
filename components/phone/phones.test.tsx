// @vitest-environment jsdom
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "@/components/testing/fake-phone-switch";
import { callIdSchema } from "@/lib/contract/ids";
import type { PhoneState } from "@/lib/contract/softphone";
import type { SoftphoneAudio, SoftphoneAudioOptions, SoftphoneAudioState } from "@/lib/headset/softphone-audio";
import type { Device } from "@/lib/headset/types";
import { AgentPhone } from "./agent-phone";
import { GuestPhone } from "./guest-phone";

const callId = callIdSchema.parse("call-1");
const peer = { number: "web-1", name: "Ada" };
const connected: Extract<PhoneState, { state: "connected" }> = {
  ...{ state: "connected", callId, peer, connectedForMs: 3_725_000 },
  ...{ isMuted: false, isHolding: false, isHeld: false },
};

const audio = vi.hoisted(() => ({
  microphone: "ready",
  sound: "playing",
  soundDetail: null as string | null,
  devices: [] as Device[],
  calls: [] as string[],
}));
vi.mock("@/lib/headset/softphone-audio", async (original) => ({
  ...(await original<typeof import("@/lib/headset/softphone-audio")>()),
  createSoftphoneAudio: ({ onChange }: SoftphoneAudioOptions): SoftphoneAudio => {
    const state = (microphone: string): SoftphoneAudioState => ({
      sound: audio.sound as SoftphoneAudioState["sound"],
      soundDetail: audio.soundDetail,
      microphone: {
        state: microphone as SoftphoneAudioState["microphone"]["state"],
        ...{ detail: null, devices: audio.devices, deviceId: null },
      },
    });
    const told = (call: string, microphone?: string) => {
      audio.calls.push(call);
      if (microphone) onChange(state(microphone));
    };
    return {
      state: state("off"),
      start: async () => told("start", audio.microphone),
      receive: () => undefined,
      openMicrophone: () => {
        told("open", "open");
        return true;
      },
      closeMicrophone: () => told("close", "ready"),
      chooseMicrophone: async (deviceId) => told(`choose ${deviceId}`),
      levels: () => ({ heard: -20, microphone: -30 }),
      stop: () => undefined,
    };
  },
}));

let sockets: FakeSocket[];
let answer: Response;

beforeEach(() => {
  sockets = [];
  audio.calls = [];
  Object.assign(audio, { microphone: "ready", sound: "playing", soundDetail: null, devices: [] });
  answer = Response.json({ ok: true });
  class Socket extends FakeSocket {
    constructor(url: URL) {
      super(String(url));
      sockets.push(this);
    }
  }
  Element.prototype.scrollIntoView = () => undefined;
  Element.prototype.hasPointerCapture = () => false;
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("fetch", async () => answer);
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const says = (run: (socket: FakeSocket) => void) =>
  act(() => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error("no line was opened");
    run(socket);
  });
const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>("button", { name });
const commands = () => sockets.at(-1)?.sent.filter(({ type }) => !["hello", "pong"].includes(type)) ?? [];

describe("GuestPhone", () => {
  async function start() {
    const user = userEvent.setup();
    render(<GuestPhone />);
    await user.click(button("Allow microphone and start"));
    await waitFor(() => expect(sockets).toHaveLength(1));
    says((socket) => {
      socket.welcome();
      socket.phone({ state: "idle", ended: null });
    });
    return user;
  }

  it("is labelled as what it is, and asks for the microphone before it opens a line", async () => {
    render(<GuestPhone />);
    expect(screen.getByText("Built-in switch softphone")).toBeTruthy();
    expect(audio.calls).toEqual([]);
    expect(sockets).toEqual([]);
  });

  it("shows who is free, and calls one of them", async () => {
    const user = await start();
    expect(screen.getByText(/Nobody is on duty/)).toBeTruthy();
    says((socket) =>
      socket.say({
        type: "directory",
        agents: [
          { extension: "1001", name: "Maya", isBusy: false },
          { extension: "1002", name: "Noah", isBusy: true },
        ],
      }),
    );
    expect(button("Call Noah, extension 1002").disabled).toBe(true);
    await user.click(button("Call Maya, extension 1001"));
    expect(commands()).toEqual([{ type: "call", id: "1", extension: "1001" }]);
    says((socket) => socket.phone({ state: "calling", callId, peer, isRinging: true, isMuted: false }));
    expect(screen.getByText("Ringing…")).toBeTruthy();
    expect(audio.calls).not.toContain("open");
  });

  it("says why there is no line, or no call, at the moment, and when to try again", async () => {
    const message = "Too many phones were started from your network just now. Try again in 3 seconds.";
    answer = Response.json({ code: "TOO_MANY_LINES", message }, { status: 429 });
    render(<GuestPhone />);
    expect(await screen.findByText(message)).toBeTruthy();
    expect(button("Allow microphone and start").disabled).toBe(false);
    cleanup();
    answer = Response.json({ ok: true });
    const user = await start();
    await user.type(screen.getByLabelText("Or dial an extension"), "1001");
    await user.click(button("Call"));
    const why = "too many callers have just lost their line; try again in 6 seconds";
    const error = { code: "RATE_LIMITED", message: why, retryable: true } as const;
    says((socket) => socket.say({ type: "result", id: "1", ok: false, error }));
    expect(screen.getByRole("alert").textContent).toContain(why);
  });

  it("dials by pad and by keyboard, nothing but what a number is made of", async () => {
    const user = await start();
    await user.click(button("1"));
    await user.type(screen.getByLabelText("Or dial an extension"), "0a0#");
    button("star").focus();
    await user.keyboard("7");
    expect(screen.getByLabelText<HTMLInputElement>("Or dial an extension").value).toBe("100#7");
    await user.click(button("Call"));
    expect(commands()).toEqual([{ type: "call", id: "1", extension: "100#7" }]);
  });

  it("opens the microphone only while the two talk, and closes it for mute", async () => {
    const user = await start();
    says((socket) => socket.phone(connected));
    await waitFor(() => expect(audio.calls.at(-1)).toBe("open"));
    expect(screen.getByRole("timer").textContent).toBe("1:02:05");
    await user.click(button("Mute"));
    expect(commands().at(-1)).toMatchObject({ type: "mute", isMuted: true });
    says((socket) => socket.phone({ ...connected, isMuted: true, isHeld: true }));
    await waitFor(() => expect(audio.calls.at(-1)).toBe("close"));
    expect(button("Muted").getAttribute("aria-pressed")).toBe("true");
    expect(screen.getByText("You are on hold")).toBeTruthy();
    says((socket) => socket.phone({ state: "idle", ended: { callId, peer, reason: "other-hung-up" } }));
    expect(screen.getByText("The other side hung up.")).toBeTruthy();
  });

  it("holds, sends keys and hangs up", async () => {
    const user = await start();
    says((socket) => socket.phone(connected));
    await user.click(button("Keypad"));
    await user.click(button("hash"));
    await user.click(button("Hold"));
    says((socket) => socket.phone({ ...connected, isHolding: true }));
    expect(button("hash").disabled).toBe(true);
    await user.click(button("Resume"));
    await user.click(button("Hang up"));
    expect(commands().map(({ type }) => type)).toEqual(["digits", "hold", "hold", "hang-up"]);
  });

  it("says what to do where the microphone is blocked, and lets one try again", async () => {
    audio.microphone = "denied";
    const user = await start();
    expect(screen.getByRole("alert").textContent).toContain("The microphone is blocked");
    audio.microphone = "ready";
    await user.click(button("Try again"));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  it("says why there is no sound, and lets one try again", async () => {
    audio.sound = "failed";
    const user = await start();
    expect(screen.getByRole("alert").textContent).toContain("The sound could not be started");
    audio.sound = "unsupported";
    audio.soundDetail = "This page is not served securely.";
    await user.click(button("Try again"));
    expect(screen.getByRole("alert").textContent).toContain("This page is not served securely.");
    audio.sound = "playing";
    await user.click(button("Try again"));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  it("lets one choose the microphone where there are several", async () => {
    audio.devices = [
      { deviceId: "default", label: "Default" },
      { deviceId: "m1", label: "Headset" },
    ];
    await start();
    expect(screen.queryByRole("combobox")).toBeNull();
    cleanup();
    sockets = [];
    audio.devices = [...audio.devices, { deviceId: "m2", label: "Webcam" }];
    const user = await start();
    await user.click(screen.getByRole("combobox", { name: "Microphone" }));
    await user.click(await screen.findByRole("option", { name: "Webcam" }));
    expect(audio.calls.at(-1)).toBe("choose m2");
  });

  it("says that the softphone belongs to the built-in switch, where another system is in use", async () => {
    answer = Response.json(
      { code: "NOT_FOUND", message: "The softphone belongs to the built-in switch." },
      { status: 404 },
    );
    render(<GuestPhone />);
    expect((await screen.findByRole("alert")).textContent).toContain("belongs to the built-in switch");
    expect(screen.queryByRole("button")).toBeNull();
  });
});

describe("AgentPhone", () => {
  async function onDuty() {
    const user = userEvent.setup();
    render(<AgentPhone extension="1001" name="Maya" />);
    expect(screen.getByText("Off duty")).toBeTruthy();
    await user.click(button(/go on duty/));
    await waitFor(() => expect(sockets).toHaveLength(1));
    says((socket) => {
      socket.welcome({ role: "agent" });
      socket.phone({ state: "idle", ended: null });
    });
    expect(screen.getByText("On duty")).toBeTruthy();
    return user;
  }

  it("rings with the answer under the finger, and takes the call", async () => {
    const user = await onDuty();
    says((socket) => socket.phone({ state: "ringing", callId, peer }));
    expect(screen.getByRole("alert").textContent).toContain("Ada");
    expect(document.activeElement).toBe(button("Answer"));
    await user.keyboard("{Enter}");
    expect(commands()).toEqual([{ type: "answer", id: "1" }]);
    says((socket) => socket.phone(connected));
    expect(screen.getByRole("timer")).toBeTruthy();
    await waitFor(() => expect(audio.calls.at(-1)).toBe("open"));
  });

  it("declines; a call that was missed is told as missed", async () => {
    const user = await onDuty();
    says((socket) => socket.phone({ state: "ringing", callId, peer }));
    await user.click(button("Decline"));
    expect(commands()).toEqual([{ type: "decline", id: "1" }]);
    says((socket) => socket.phone({ state: "idle", ended: { callId, peer, reason: "unanswered" } }));
    expect(screen.getByText("Missed: it rang for too long.")).toBeTruthy();
  });

  it("goes off duty, and says when another page has the phone", async () => {
    const user = await onDuty();
    await user.click(button("Go off duty"));
    expect(sockets.at(-1)?.sent.at(-1)).toEqual({ type: "bye" });
    expect(screen.getByText("Off duty")).toBeTruthy();
    await user.click(button(/go on duty/));
    await waitFor(() => expect(sockets).toHaveLength(2));
    says((socket) => {
      socket.welcome({ role: "agent" });
      socket.say({ type: "replaced" });
    });
    expect(screen.getByRole("alert").textContent).toContain("another page");
  });
});

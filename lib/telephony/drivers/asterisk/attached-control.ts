import { CallCommandError } from "@/lib/telephony/gateway-errors";
import type { AriCommands } from "./ari-commands";
import type { CallControl } from "./call-control";

/** A call that the dialplan made: it is on already, and goes on by itself. */
export class AttachedControl implements CallControl {
  constructor(private readonly parts: { commands: AriCommands; channelIds: readonly string[] }) {}

  answer(): Promise<void> {
    return Promise.reject(notOurs("answer"));
  }

  connect(): Promise<void> {
    return Promise.reject(notOurs("connect"));
  }

  async end(): Promise<void> {
    await Promise.all(this.parts.channelIds.map((channelId) => this.parts.commands.hangUp(channelId)));
  }

  async leave(): Promise<void> {}

  closed(): void {}
}

function notOurs(what: string): CallCommandError {
  return new CallCommandError("WRONG_STATE", { message: `${what} is the dialplan's, not ours, on this call` });
}

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GatewayConnectionError } from "@/lib/telephony/gateway-errors";
import { AriRig } from "@/lib/telephony/testing/ari-rig";
import { eventually } from "@/lib/telephony/testing/eventually";
import { ariChannel, ScriptedAri } from "@/lib/telephony/testing/scripted-ari";

let rig: AriRig;

const created = (id: string) => ({ type: "ChannelCreated", application: "earshot", channel: ariChannel({ id }) });

beforeEach(async () => {
  rig = await AriRig.listen();
});
afterEach(() => rig.close());

describe("connecting", () => {
  it("looks before it dials, subscribes to nothing by its address, and opens on the first answer", async () => {
    await rig.up();
    expect(rig.server.asked).toContain("GET applications/earshot");
    const [open] = rig.server.open();
    expect(Object.fromEntries(open?.query ?? [])).toEqual({ app: "earshot" });
    expect(rig.story.filter((told) => !told.startsWith("latency"))).toEqual(["opened"]);
    expect(rig.story).toContain("latency 0");
  });

  it("hands over what came before the first answer, after `opened`", async () => {
    rig.server.onOpen = ({ app, socket }) => {
      if (app === "earshot") socket.send(JSON.stringify(created("early")));
    };
    await rig.up();
    await eventually("the event", () => rig.events.length === 1);
    expect(rig.story.indexOf("opened")).toBeLessThan(rig.story.indexOf("ChannelCreated"));
  });

  it("does not take the application from another program, and comes once it is free", async () => {
    rig.server.occupied.add("earshot");
    rig.make().start();
    await eventually("down", () => rig.downs.length === 1);
    expect(rig.downs[0]).toMatchObject({ retryInMs: 5_000, detail: expect.stringContaining("ASTERISK_APP") });
    expect(rig.server.open()).toHaveLength(0);
    rig.server.occupied.clear();
    await rig.clock.advance(5_000);
    await eventually("connected", () => rig.connection.isOpen);
    expect(rig.refusals).toEqual([]);
  });

  it("tells what must be corrected once, goes on trying slowly, and opens when it is corrected", async () => {
    rig.make({ password: "wrong" }).start();
    await eventually("refused", () => rig.refusals.length === 1);
    expect(rig.story).toEqual(["down", "refused"]);
    expect(rig.refusals[0]).toMatchObject({ code: "UNAUTHENTICATED", name: "GatewayAuthenticationError" });
    expect(rig.downs[0]).toEqual({ detail: rig.refusals[0]?.message, retryInMs: 30_000 });
    await rig.clock.advance(30_000);
    await eventually("tried again", () => rig.downs.length === 2);
    rig.server.users.set("earshot", { password: "wrong", readOnly: false });
    await rig.clock.advance(30_000);
    await eventually("connected", () => rig.connection.isOpen);
    expect(rig.refusals).toHaveLength(1);
  });

  it("gives an Asterisk that may be starting 5 s before it calls ARI switched off", async () => {
    rig.server.isAriOn = false;
    rig.make().start();
    await eventually("down", () => rig.downs.length === 1);
    expect(rig.downs[0]?.detail).toContain("ari.conf");
    expect(rig.refusals).toEqual([]);
    await rig.passes("refused", { stepMs: 500, check: () => rig.refusals.length === 1 });
    expect(rig.refusals[0]).toMatchObject({ code: "ARI_OFF" });
    rig.server.isAriOn = true;
    await rig.clock.advance(30_000);
    await eventually("connected", () => rig.connection.isOpen);
  });

  it("names a closed port, tries again with growing pauses, and is there when Asterisk is", async () => {
    await rig.server.close();
    rig.make().start();
    await rig.passes("five failures", { stepMs: 100, check: () => rig.downs.length >= 5 });
    expect(rig.downs.slice(0, 5).map(({ retryInMs }) => retryInMs)).toEqual([125, 250, 500, 1_000, 1_000]);
    expect(rig.downs[0]?.detail).toContain("http.conf");
    rig.server = new ScriptedAri();
    await rig.server.listen(rig.port);
    await rig.passes("connected", { stepMs: 500, check: () => rig.connection.isOpen });
    expect(rig.refusals).toEqual([]);
  });

  it("is silent after stop, also when stopped while it looks", async () => {
    rig.make({ password: "wrong" }).start();
    rig.connection.stop();
    await eventually("asked", () => rig.server.asked.length > 0);
    await rig.clock.advance(60_000);
    expect(rig.story).toEqual([]);
    await expect(rig.connection.request({ method: "GET", path: "/channels" })).rejects.toBeInstanceOf(
      GatewayConnectionError,
    );
  });
});

describe("losing Asterisk", () => {
  it("says so at once, and takes its application back without asking who has it", async () => {
    await rig.up();
    rig.server.occupied.add("earshot");
    rig.server.open()[0]?.socket.terminate();
    await eventually("down", () => rig.downs.length === 1);
    expect(rig.downs[0]).toMatchObject({ retryInMs: 125, detail: expect.stringContaining("1006") });
    await rig.clock.advance(125);
    await eventually("connected", () => rig.connection.isOpen);
    expect(rig.story.filter((told) => told === "opened")).toHaveLength(2);
  });

  it("notices within 5 s a network that is cut without a word", async () => {
    await rig.up();
    const cutAt = rig.clock.now();
    rig.server.isSilent = true;
    await rig.passes("down", { stepMs: 100, check: () => rig.downs.length === 1 });
    expect(rig.clock.now() - cutAt).toBeLessThanOrEqual(5_000);
    expect(rig.downs[0]?.detail).toContain("heartbeat");
  });

  it("lives on as long as anything at all is heard", async () => {
    await rig.up();
    const [open] = rig.server.open();
    rig.server.isSilent = true;
    for (let beat = 0; beat < 10; beat += 1) {
      await rig.clock.advance(500);
      open?.socket.send(JSON.stringify(created(`c${beat}`)));
      await eventually("heard", () => rig.events.length === beat + 1);
    }
    expect(rig.downs).toEqual([]);
  });

  it("dials again while nothing answers, without a diagnosis that would wait as long once more", async () => {
    await rig.up();
    rig.server.isSilent = true;
    await rig.passes("three failures", { stepMs: 100, check: () => rig.downs.length >= 3 });
    expect(rig.downs[1]?.detail).toContain("does not answer within 2500 ms");
    rig.server.isSilent = false;
    await rig.passes("connected", { stepMs: 100, check: () => rig.connection.isOpen });
  });

  it("diagnoses what it finds when it comes back, and waits out an Asterisk that starts", async () => {
    await rig.up();
    rig.server.isAriOn = false;
    rig.server.open()[0]?.socket.terminate();
    await rig.passes("the diagnosis", { stepMs: 100, check: () => rig.downs.length >= 3 });
    expect(rig.downs[1]?.detail).toContain("has no ARI");
    expect(rig.refusals).toEqual([]);
    rig.server.isAriOn = true;
    await rig.passes("connected", { stepMs: 100, check: () => rig.connection.isOpen });
  });

  it("starts the pauses afresh after a connection that held", async () => {
    await rig.up();
    for (let time = 0; time < 3; time += 1) {
      await rig.beats(3);
      rig.server.open()[0]?.socket.terminate();
      await eventually("down", () => rig.downs.length === time + 1);
      await rig.clock.advance(125);
      await eventually("connected", () => rig.connection.isOpen);
    }
    expect(rig.downs.map(({ retryInMs }) => retryInMs)).toEqual([125, 125, 125]);
  });

  it("makes the connection anew when reading the state failed", async () => {
    let failures = 2;
    rig
      .make({
        handlers: {
          opened: async () => {
            rig.story.push("opened");
            failures -= 1;
            if (failures >= 0) throw new Error("no channels");
          },
        },
      })
      .start();
    await rig.passes("three times opened", {
      stepMs: 100,
      check: () => rig.story.filter((told) => told === "opened").length === 3,
    });
    expect(rig.downs.map(({ detail }) => detail)).toEqual(Array(2).fill("Reading the state of Asterisk failed"));
    expect(rig.connection.isOpen).toBe(true);
  });
});

describe("being replaced", () => {
  it("leaves at once, does not fight, and returns when the application is free", async () => {
    await rig.up();
    rig.server.replace();
    await eventually("down", () => rig.downs.length === 1);
    expect(rig.downs[0]).toMatchObject({ retryInMs: 5_000, detail: expect.stringContaining("waits until it is free") });
    await eventually("left", () => rig.server.open().length === 0);
    await rig.clock.advance(5_000);
    await eventually("looked", () => rig.downs.length === 2);
    expect(rig.server.connections.filter(({ app }) => app === "earshot")).toHaveLength(1);
    rig.server.occupied.clear();
    await rig.clock.advance(5_000);
    await eventually("connected", () => rig.connection.isOpen);
    expect(rig.story.at(-1)).not.toBe("refused");
  });

  it("is not meant where another application was replaced", async () => {
    await rig.up();
    rig.server.tell({ type: "ApplicationReplaced", application: "other" });
    rig.server.tell(created("c1"));
    await eventually("the event after it", () => rig.events.length === 1);
    expect(rig.downs).toEqual([]);
  });
});

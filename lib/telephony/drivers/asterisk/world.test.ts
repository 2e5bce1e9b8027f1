import { describe, expect, it } from "vitest";
import { ariBridge, ariChannel, ariEvent } from "@/lib/telephony/testing/ari-objects";
import { type AgentKnowledge, rolesOf } from "./roles";
import { type Leg, World } from "./world";

const caller = ariChannel({ id: "1.1", name: "PJSIP/trunk-00000001", number: "+4940111", context: "from-outside" });
const agent = ariChannel({ id: "1.2", name: "PJSIP/201-00000002", number: "800", application: "AppDial" });
const bridge = (...channels: string[]) => ariBridge({ id: "b1", channels });

function connected(): World {
  const world = new World();
  world.apply(ariEvent("Dial", { dialstatus: "", caller, peer: agent }));
  world.apply(ariEvent("ChannelEnteredBridge", { bridge: bridge("1.1"), channel: caller }));
  world.apply(ariEvent("ChannelEnteredBridge", { bridge: bridge("1.1", "1.2"), channel: agent }));
  return world;
}
const idsOf = (world: World) => world.groups().map((group) => group.map(({ channelId }) => channelId).sort());
const knows = (...extensions: string[]): AgentKnowledge => ({
  isAgent: async (extension) => extensions.includes(extension),
  isAgentEndpoint: () => false,
});

async function rolesIn(world: World, knowledge: AgentKnowledge) {
  const [pair] = world.groups();
  const [a, b] = pair ?? [];
  if (!a || !b) throw new Error("no pair");
  return rolesOf([b, a], { world, knowledge });
}

describe("World", () => {
  it("finds two people who are together, and loses them when one leaves", () => {
    const world = connected();
    expect(idsOf(world)).toEqual([["1.1", "1.2"]]);
    world.apply(ariEvent("ChannelLeftBridge", { bridge: bridge("1.1"), channel: agent }));
    expect(idsOf(world)).toEqual([]);
  });

  it("forgets who is destroyed, in bridges too, and remembers who asked for the end first", () => {
    const world = connected();
    world.apply(ariEvent("ChannelHangupRequest", { channel: agent }));
    world.apply(ariEvent("ChannelDestroyed", { cause: 16, cause_txt: "", channel: caller }));
    expect(world.leg("1.1")).toBeNull();
    expect(idsOf(world)).toEqual([]);
    expect(world.firstToHangUp(["1.1", "1.2"])).toBe("1.2");
    expect(world.firstToHangUp(["9.9"])).toBeNull();
  });

  it("counts no helper as a person: snoops, media channels, announcers", () => {
    const world = connected();
    for (const name of ["Snoop/1.1-0001", "WebSocket/INCOMING/0x1", "UnicastRTP/127.0.0.1", "Announcer/ARI-0001"])
      world.apply(ariEvent("ChannelCreated", { channel: ariChannel({ id: name, name }) }));
    world.apply(
      ariEvent("ChannelEnteredBridge", { bridge: bridge("1.1", "1.2", "Announcer/ARI-0001"), channel: caller }),
    );
    expect(idsOf(world)).toEqual([["1.1", "1.2"]]);
  });

  it("sees through a pair of Local channels, also for who called whom", () => {
    const world = new World();
    const [near, far] = ["1", "2"].map((half) =>
      ariChannel({ id: `l.${half}`, name: `Local/201@agents-0001;${half}` }),
    );
    if (!near || !far) throw new Error("no halves");
    world.apply(ariEvent("Dial", { dialstatus: "", caller, peer: near }));
    world.apply(ariEvent("Dial", { dialstatus: "", caller: far, peer: agent }));
    world.apply(
      ariEvent("ChannelEnteredBridge", { bridge: ariBridge({ id: "b1", channels: ["1.1", "l.1"] }), channel: near }),
    );
    world.apply(
      ariEvent("ChannelEnteredBridge", { bridge: ariBridge({ id: "b2", channels: ["l.2", "1.2"] }), channel: far }),
    );
    expect(idsOf(world)).toEqual([["1.1", "1.2"]]);
    expect(world.isDialledBy("1.2", "1.1")).toBe(true);
    expect(world.isDialledBy("1.1", "1.2")).toBe(false);
  });

  it("believes the lists of a reconnect, and no longer what they do not tell: who holds", () => {
    const world = connected();
    world.apply(ariEvent("ChannelHold", { channel: agent }));
    world.reset({ channels: [caller, agent], bridges: [bridge("1.1", "1.2")] });
    expect(world.leg("1.2")?.isHolding).toBe(false);
    world.reset({ channels: [caller], bridges: [bridge("1.1")] });
    expect(world.leg("1.2")).toBeNull();
    expect(idsOf(world)).toEqual([]);
  });

  it("takes people who wait in a holding bridge for no call", () => {
    const world = connected();
    const parked = { ...bridge("1.1", "1.2"), bridge_type: "holding" };
    world.reset({ channels: [caller, agent], bridges: [parked] });
    expect(idsOf(world)).toEqual([]);
    world.apply(ariEvent("ChannelEnteredBridge", { bridge: parked, channel: caller }));
    expect(idsOf(world)).toEqual([]);
  });

  it("is not brought back a channel that is gone by an event that was under way", () => {
    const world = connected();
    world.apply(ariEvent("ChannelDestroyed", { cause: 16, cause_txt: "", channel: agent }));
    world.apply(ariEvent("ChannelConnectedLine", { channel: agent }));
    expect(world.leg("1.2")).toBeNull();
  });

  it("follows a merge of bridges", () => {
    const world = connected();
    const third = ariChannel({ id: "1.3", name: "PJSIP/202-00000003" });
    world.apply(
      ariEvent("ChannelEnteredBridge", { bridge: ariBridge({ id: "b2", channels: ["1.3"] }), channel: third }),
    );
    const merged = { bridge: bridge("1.1", "1.3"), bridge_from: ariBridge({ id: "b2", channels: [] }) };
    world.apply(ariEvent("BridgeMerged", merged));
    expect(idsOf(world)).toEqual([["1.1", "1.3"]]);
  });
});

describe("rolesOf", () => {
  it("supervises the called agent of an inbound call, by the endpoint where a queue gave it its own number", async () => {
    expect(await rolesIn(connected(), knows("201"))).toMatchObject({
      direction: "inbound",
      callerNumber: "+4940111",
      calleeNumber: "201",
      agent: { channelId: "1.2" },
    });
  });

  it("supervises the calling agent of an outbound call", async () => {
    const world = new World();
    const out = ariChannel({ id: "2.1", name: "PJSIP/201-00000004", number: "201" });
    const customer = ariChannel({
      id: "2.2",
      name: "PJSIP/trunk-00000005",
      number: "+4940222",
      application: "AppDial",
    });
    world.apply(ariEvent("Dial", { dialstatus: "", caller: out, peer: customer }));
    world.apply(
      ariEvent("ChannelEnteredBridge", { bridge: ariBridge({ id: "b", channels: ["2.1", "2.2"] }), channel: customer }),
    );
    expect(await rolesIn(world, knows("201"))).toMatchObject({
      direction: "outbound",
      callerNumber: "+4940222",
      calleeNumber: "201",
      agent: { channelId: "2.1" },
      caller: { channelId: "2.2" },
    });
  });

  it("supervises the called one of two agents, and of two strangers", async () => {
    const agents = knows("201", "trunk");
    expect(await rolesIn(connected(), agents)).toMatchObject({ direction: "internal", agent: { channelId: "1.2" } });
    expect(await rolesIn(connected(), knows())).toMatchObject({
      ...{ direction: "inbound", calleeNumber: "201", isAgentKnown: false },
      agent: { channelId: "1.2" },
    });
  });

  it("lets the directory decide where a pattern names both, and believes no pattern that does so alone", async () => {
    const world = new World();
    const out = ariChannel({ id: "4.1", name: "PJSIP/201-00000008", number: "201" });
    const trunk = ariChannel({ id: "4.2", name: "PJSIP/trunk-00000009", number: "+4940333", application: "AppDial" });
    world.apply(ariEvent("Dial", { dialstatus: "", caller: out, peer: trunk }));
    world.apply(
      ariEvent("ChannelEnteredBridge", { bridge: ariBridge({ id: "b", channels: ["4.1", "4.2"] }), channel: trunk }),
    );
    const everything = (...extensions: string[]) => ({ ...knows(...extensions), isAgentEndpoint: () => true });
    expect(await rolesIn(world, everything("201"))).toMatchObject({
      direction: "outbound",
      agent: { channelId: "4.1" },
    });
    expect(await rolesIn(world, everything())).toMatchObject({ isAgentKnown: false });
  });

  it("believes a number only of an endpoint that is named as an agent's", async () => {
    const world = new World();
    const spoofing = ariChannel({ id: "3.1", name: "PJSIP/trunk-00000006", number: "201" });
    const phone = ariChannel({ id: "3.2", name: "PJSIP/0004f2aa-00000007", number: "202", application: "AppDial" });
    world.apply(ariEvent("Dial", { dialstatus: "", caller: spoofing, peer: phone }));
    world.apply(
      ariEvent("ChannelEnteredBridge", { bridge: ariBridge({ id: "b", channels: ["3.1", "3.2"] }), channel: phone }),
    );
    expect(await rolesIn(world, knows("201", "202"))).toMatchObject({ isAgentKnown: false });
    const named = { ...knows("201", "202"), isAgentEndpoint: ({ resource }: Leg) => resource.startsWith("PJSIP/0004") };
    expect(await rolesIn(world, named)).toMatchObject({
      ...{ isAgentKnown: true, direction: "inbound", calleeNumber: "202" },
      agent: { channelId: "3.2" },
    });
  });

  it("tells the called one by its application where the Dial event was missed, else by age", async () => {
    const world = new World();
    world.reset({ channels: [agent, caller], bridges: [bridge("1.1", "1.2")] });
    expect((await rolesIn(world, knows())).agent.channelId).toBe("1.2");
    const older = ariChannel({ id: "1.2", name: "PJSIP/201-00000002", createdAt: 1_000 });
    const newer = ariChannel({ id: "1.1", name: "PJSIP/trunk-00000001", createdAt: 2_000 });
    world.reset({ channels: [], bridges: [] });
    world.reset({ channels: [older, newer], bridges: [bridge("1.1", "1.2")] });
    expect((await rolesIn(world, knows())).agent.channelId).toBe("1.1");
  });
});

describe("World with a thousand channels", () => {
  it("finds every pair among taps and bridges", () => {
    const world = new World();
    const channels = Array.from({ length: 1_000 }, (_, at) => ariChannel({ id: `c${at}`, name: `PJSIP/${at}-0` }));
    const bridges = Array.from({ length: 500 }, (_, at) =>
      ariBridge({ id: `b${at}`, channels: [`c${2 * at}`, `c${2 * at + 1}`] }),
    );
    world.reset({ channels, bridges });
    expect(world.groups()).toHaveLength(500);
    expect(world.groups((id) => id === "b7")).toHaveLength(499);
    for (const bridge of bridges.slice(1))
      world.apply(
        ariEvent("ChannelEnteredBridge", {
          bridge: { ...bridge, channels: [...bridge.channels, "c0"] },
          channel: caller,
        }),
      );
    expect(world.groups()).toHaveLength(1);
  });
});

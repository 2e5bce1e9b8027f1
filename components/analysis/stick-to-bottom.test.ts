import { describe, expect, it } from "vitest";
import { follows } from "./stick-to-bottom";

const place = (top: number, height = 1000, client = 300) => ({ top, height, client });

describe("sticking to the newest line", () => {
  it("goes on following when the list grows, although the end moves away", () => {
    expect(follows({ was: true, previousTop: 700, place: place(700, 1200) })).toBe(true);
  });

  it("lets go when the reader scrolls up", () => {
    expect(follows({ was: true, previousTop: 700, place: place(600) })).toBe(false);
  });

  it("stays let go while the reader scrolls down without reaching the end", () => {
    expect(follows({ was: false, previousTop: 300, place: place(500) })).toBe(false);
  });

  it("takes up again at the end", () => {
    expect(follows({ was: false, previousTop: 500, place: place(690) })).toBe(true);
  });
});

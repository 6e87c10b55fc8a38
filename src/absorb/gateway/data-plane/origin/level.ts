import type { ConcurrencyTarget } from "./settings.ts";

/** As long as answers take no more than this times their unloaded time, nothing is taken away. */
const tolerance = 1.5;
/** How much of a correction is made per window. */
const smoothing = 0.2;
const windowMs = 1_000;
const quickWindowMs = 250;
const samplesMin = 10;
/** Until the first sign of a knee the level grows by this per window, as TCP's slow start does. */
const growth = 1.5;
/** Half as many again at once, and hardly more answers: that is the knee, whatever the times say. */
const yieldShare = 1.15;
/** How quickly the unloaded time follows windows in which nobody waited. */
const learning = 0.02;
const warmUpWindows = 10;
/** Under pressure the unloaded time cannot be seen; every so many windows a breath is taken to see it. */
const breathEvery = 30;
const breathMsMax = 5_000;
/** Answers this much quicker at half the level: they had waited inside the instance. */
const fallShare = 0.8;
/** An instance that still answers this many was busy with no more than half the level. */
const keepsShare = 0.85;

type Phase = "start" | "steady" | "breath";

/**
 * How many requests an instance does best with at once, found from the time until its answers begin: Gradient2 of Netflix'
 * concurrency-limits (tolerance 1.5, smoothing 0.2, allowance up to 4, windows of 1 s), changed where a small origin in a
 * long crowd needs it. The allowance shrinks with the level, so that one or two can be found. While the level is used up
 * its unloaded time does not drift towards the loaded one; instead a breath halves the level until answers get no quicker.
 */
export class Level {
  /** Requests at once. */
  limit: number;
  /** The time until an answer begins when nothing else is going on, in ms; 0 while unknown. */
  unloadedMs = 0;
  readonly #settings: ConcurrencyTarget;
  #exact: number;
  #phase: Phase = "start";
  #windows = 0;
  #untilBreath = breathEvery;
  #windowAt = -1;
  #sumMs = 0;
  #count = 0;
  #answers = 0;
  #mostTaken = 0;
  #perMs = 0;
  /** Answers per ms before the level grew last; 0 when it has not. */
  #perMsBefore = 0;
  #before = { limit: 0, ms: 0, perMs: 0, at: 0, steps: 0 };

  constructor(settings: ConcurrencyTarget) {
    this.#settings = settings;
    this.#exact = settings.initial;
    this.limit = settings.initial;
    if (settings.min === settings.max) this.#phase = "steady";
  }

  get isFixed(): boolean {
    return this.#settings.min === this.#settings.max;
  }

  /** It grows until the knee shows: soon there may be room for everybody. */
  get isGrowing(): boolean {
    return this.#phase === "start";
  }

  /** An answer began `tookMs` after its request was sent; `taken` were under way then, this one too. */
  sample(tookMs: number, now: number, taken: number): void {
    if (this.#windowAt < 0) this.#windowAt = now;
    this.#answers++;
    if (taken > this.#mostTaken) this.#mostTaken = taken;
    // While the level is being moved only those count that were sent at it.
    if (this.#phase !== "steady" && now - tookMs < this.#windowAt) return;
    this.#sumMs += tookMs;
    this.#count++;
    const lasts = this.#phase === "steady" ? windowMs : quickWindowMs;
    if (this.#count >= samplesMin && now - this.#windowAt >= lasts) this.#close(now);
  }

  #close(now: number): void {
    const ms = Math.max(0.01, this.#sumMs / this.#count);
    const isUsedUp = this.#mostTaken >= this.limit;
    const perMs = this.#answers / (now - this.#windowAt);
    if (this.isFixed) this.#learn(ms);
    else if (this.#phase === "breath") this.#breathed({ ms, perMs, now });
    else {
      this.#perMs = perMs;
      if (this.#phase === "start") this.#start(ms, isUsedUp);
      else this.#correct(ms, isUsedUp);
      if (isUsedUp && --this.#untilBreath <= 0) this.#breathe(ms, now);
    }
    this.#open(now);
  }

  #open(now: number): void {
    this.#windowAt = now;
    this.#sumMs = 0;
    this.#count = 0;
    this.#answers = 0;
    this.#mostTaken = 0;
  }

  #learn(ms: number): void {
    this.#windows++;
    const share = Math.max(learning, this.#windows <= warmUpWindows ? 1 / this.#windows : 0);
    this.unloadedMs += (ms - this.unloadedMs) * share;
    // After a load that has gone the way back is short.
    if (this.unloadedMs > 2 * ms) this.unloadedMs *= 0.95;
  }

  #start(ms: number, isUsedUp: boolean): void {
    if (this.unloadedMs === 0 || !isUsedUp) this.#learn(ms);
    const gradient = this.#gradient(ms);
    const yieldsLittle = isUsedUp && this.#perMs < this.#perMsBefore * yieldShare;
    if (gradient < 1 || yieldsLittle) {
      this.#phase = "steady";
      this.#untilBreath = 1;
      this.#set(this.#exact * gradient + allowance(this.#exact));
    } else if (isUsedUp) this.#grow(this.#exact, this.#perMs);
  }

  #grow(from: number, perMs: number): void {
    this.#perMsBefore = perMs;
    this.#set(from * growth);
    if (this.limit === this.#settings.max) this.#phase = "steady";
  }

  #correct(ms: number, isUsedUp: boolean): void {
    if (!isUsedUp) this.#learn(ms);
    else if (ms < this.unloadedMs) this.unloadedMs += (ms - this.unloadedMs) * smoothing;
    if (this.#mostTaken * 2 < this.limit) return; // What is not used says nothing.
    const wanted = this.#exact * this.#gradient(ms) + allowance(this.#exact);
    this.#set(this.#exact * (1 - smoothing) + wanted * smoothing);
  }

  #gradient(ms: number): number {
    return Math.max(0.5, Math.min(1, (tolerance * this.unloadedMs) / ms));
  }

  #breathe(ms: number, now: number): void {
    this.#untilBreath = breathEvery;
    if (this.limit <= this.#settings.min) return;
    this.#before = { limit: this.#exact, ms, perMs: this.#perMs, at: now, steps: 0 };
    this.#phase = "breath";
    this.#set(this.#exact / 2);
  }

  #breathed({ ms, perMs, now }: { ms: number; perMs: number; now: number }): void {
    const before = this.#before;
    if (now - before.at > breathMsMax * (before.steps + 1)) {
      this.#phase = "steady";
      this.#set(before.limit);
      return;
    }
    // As many answers at half the level, or the same ones sooner: the others had only waited inside.
    const hadWaited = ms < before.ms * fallShare || perMs > before.perMs * keepsShare;
    if (hadWaited && this.limit > this.#settings.min) {
      before.ms = ms;
      before.perMs = perMs;
      before.steps++;
      this.#set(this.#exact / 2);
      return;
    }
    this.unloadedMs = Math.min(ms, before.ms);
    if (!hadWaited && before.steps === 0) {
      // Nobody had waited inside: it is simply that slow, and may well take more.
      this.#phase = "start";
      this.#grow(before.limit, this.#perMs);
      return;
    }
    this.#phase = "steady";
    const busy = this.#perMs * this.unloadedMs; // Little's law: those who were really being answered.
    this.#set(Math.min(before.limit, busy * tolerance + allowance(busy)));
  }

  #set(exact: number): void {
    this.#exact = Math.max(this.#settings.min, Math.min(this.#settings.max, exact));
    this.limit = Math.floor(this.#exact + 0.001);
  }
}

/** How many may wait inside an instance so that it is never idle. */
const allowance = (level: number): number => Math.max(0.5, Math.min(4, level / 5));

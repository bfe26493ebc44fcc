/**
 * What is weighed against what. Rates are per minute, gains and scores natural logarithms of odds. The shape is
 * that of a self-exciting point process over a background (Hawkes, 1971): an incident raises the rate of alerts
 * about what it touches for some minutes; an alert belongs where its rate is highest. The values come from
 * made-up and mutated streams (bench/correlate.ts).
 */
export const MODEL = {
  /** Faults per minute in quiet times; how many more one brings with it, and for how long: trouble comes in company. */
  faults: 0.0005,
  excited: 1.2,
  excitedMin: 45,
  /** Alerts per minute that a fault brings about the same thing, the same again, what is declared near, and others. */
  same: 1.4,
  refire: 1,
  declared: 0.4,
  others: 1.6,
  /** How much more each alert of the last minutes makes of it, and how many it brings over all. */
  cascade: 0.4,
  perIncident: 4,
  /** How fast alerts of a fault become rarer: after the last, after all have ended, by distance from the beginning. */
  arrivalsMin: 4,
  calmMin: 1.5,
  onsetMin: 4,
  nearMin: 18,
  burstMin: 1.5,
  /** What is left for what is near while the incident fires, however long ago the last alert came. */
  going: 0.03,
  /** From which share on two rules that come together are two measures of one thing. */
  twin: 0.5,
  /** How many minutes of chance meetings are taken out of what is learnt to come together. */
  chance: 3,
  /** More alerts than this in a minute are a crowd, from which no bonds are learnt. */
  crowd: 3,
  /** How far back quiet alerts are brought along, and what each must add. */
  reachMin: 4,
  expected: 0.9,
  /** The most that one alert counts. */
  most: 4,
  /** What it takes to open an incident: together with others, or alone. */
  opens: 1,
  lone: -2.7,
  /** Over how many hours incidents of one alert are counted, and from how many on it takes more to open one. */
  loneHours: 6,
  loneUsual: 12,
  /** What it takes to join, to count as evidence of the incident, and for an incident to be a fault beyond doubt. */
  joins: 0,
  evidence: 0.9,
  strong: 4,
} as const;

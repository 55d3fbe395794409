/** The school had 763 pupils; on the first day 3 were ill in bed, and nobody had recovered yet. */
const PUPILS = 763;
const ILL_ON_FIRST_DAY = 3;

/**
 * The SIR model of an epidemic: pupils are susceptible, infected or recovered.
 *
 * `beta` is how many pupils an infected one infects in a day while everybody is still susceptible,
 * `gamma` the share of the infected that recovers in a day:
 *
 *     susceptible' = -beta · susceptible · infected / pupils
 *     infected'    =  beta · susceptible · infected / pupils - gamma · infected
 *
 * The classical Runge–Kutta method takes `stepsPerDay` steps a day. Returns the infected on each day.
 */
export function simulate(beta: number, gamma: number, days: number, stepsPerDay: number): Float64Array {
  const inBed = new Float64Array(days);
  const h = 1 / stepsPerDay;
  let susceptible = PUPILS - ILL_ON_FIRST_DAY;
  let infected = ILL_ON_FIRST_DAY;
  inBed[0] = infected;
  for (let day = 1; day < days; day++) {
    for (let step = 0; step < stepsPerDay; step++) {
      const s1 = susceptible;
      const i1 = infected;
      const infections1 = (beta * s1 * i1) / PUPILS;
      const recoveries1 = gamma * i1;

      const s2 = s1 - (h / 2) * infections1;
      const i2 = i1 + (h / 2) * (infections1 - recoveries1);
      const infections2 = (beta * s2 * i2) / PUPILS;
      const recoveries2 = gamma * i2;

      const s3 = s1 - (h / 2) * infections2;
      const i3 = i1 + (h / 2) * (infections2 - recoveries2);
      const infections3 = (beta * s3 * i3) / PUPILS;
      const recoveries3 = gamma * i3;

      const s4 = s1 - h * infections3;
      const i4 = i1 + h * (infections3 - recoveries3);
      const infections4 = (beta * s4 * i4) / PUPILS;
      const recoveries4 = gamma * i4;

      const infections = (h / 6) * (infections1 + 2 * infections2 + 2 * infections3 + infections4);
      const recoveries = (h / 6) * (recoveries1 + 2 * recoveries2 + 2 * recoveries3 + recoveries4);
      susceptible -= infections;
      infected += infections - recoveries;
    }
    inBed[day] = infected;
  }
  return inBed;
}

/** The sum of the squared differences between the simulated and the observed numbers of pupils in bed. */
export function loss(beta: number, gamma: number, observed: number[], stepsPerDay: number): number {
  const inBed = simulate(beta, gamma, observed.length, stepsPerDay);
  let sum = 0;
  for (let day = 0; day < observed.length; day++) {
    sum += (inBed[day] - observed[day]) ** 2;
  }
  return sum;
}

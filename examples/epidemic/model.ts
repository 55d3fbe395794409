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
      const s1 = (-beta * susceptible * infected) / PUPILS;
      const i1 = -s1 - gamma * infected;

      const midSusceptible = susceptible + (h / 2) * s1;
      const midInfected = infected + (h / 2) * i1;
      const s2 = (-beta * midSusceptible * midInfected) / PUPILS;
      const i2 = -s2 - gamma * midInfected;

      const betterSusceptible = susceptible + (h / 2) * s2;
      const betterInfected = infected + (h / 2) * i2;
      const s3 = (-beta * betterSusceptible * betterInfected) / PUPILS;
      const i3 = -s3 - gamma * betterInfected;

      const endSusceptible = susceptible + h * s3;
      const endInfected = infected + h * i3;
      const s4 = (-beta * endSusceptible * endInfected) / PUPILS;
      const i4 = -s4 - gamma * endInfected;

      susceptible += (h / 6) * (s1 + 2 * s2 + 2 * s3 + s4);
      infected += (h / 6) * (i1 + 2 * i2 + 2 * i3 + i4);
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

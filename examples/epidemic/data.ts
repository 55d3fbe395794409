/**
 * Pupils ill in bed on days 1 to 14 of the influenza outbreak in an English boarding school in January 1978.
 *
 * Source: "Influenza in a boarding school", British Medical Journal, 4 March 1978, page 587.
 */
export const IN_BED = [3, 8, 26, 76, 225, 298, 258, 233, 189, 128, 68, 29, 14, 4];

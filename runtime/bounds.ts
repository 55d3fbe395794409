/** What generated code says of a store that no derivative can follow. */

/** The error of a store outside an array, which would make the array longer: `place` at `index`, found at `where`. */
export function pastTheEnd(place: string, index: number, where: string): RangeError {
  return new RangeError(
    `${where} - error CT6001: \`${place}\` is written outside the array, at ${index}, which would make it longer; ` +
      "use `push`, or create the array at its size",
  );
}

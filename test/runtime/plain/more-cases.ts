/** Arguments that the tables do not have: sizes at which kernels change their ways, large numbers, and ties of two. */
type Arguments = readonly unknown[];

export const more: Readonly<Record<string, readonly Arguments[] | undefined>> = {};

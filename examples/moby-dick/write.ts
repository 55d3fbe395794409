import { softmax, tensor, type Random } from "cotangent/nn";
import { foresee, silence, type Network } from "./model.ts";

/** Goes on from `start`, each character drawn with the probability that the network gives it. */
export function write(
  network: Network,
  alphabet: readonly string[],
  start: string,
  length: number,
  random: Random,
): string {
  let text = "";
  let memory = silence(1, network.memory.recurrent.shape[0]);
  for (let i = 0; i < start.length + length - 1; i++) {
    if (i < start.length) text += start[i];
    const { scores, hidden, cell } = foresee(network, tensor([[alphabet.indexOf(text[i])]]), memory);
    memory = { hidden, cell };
    if (text.length === i + 1 && i + 1 >= start.length) text += alphabet[drawn(softmax(scores).data, random)];
  }
  return text;
}

function drawn(probabilities: ArrayLike<number>, random: Random): number {
  let left = random.uniform();
  let choice = 0;
  while (choice < probabilities.length - 1 && left >= probabilities[choice]) left -= probabilities[choice++];
  return choice;
}

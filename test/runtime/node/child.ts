/** A run that a test kills: it trains a line, and keeps a checkpoint of every step. */
import { writeFileSync } from "node:fs";
import { adam } from "../../../runtime/optimizers/adaptive.ts";
import { checkpoints } from "../../../runtime/node/checkpoints.ts";
import { fit } from "../../../runtime/train/fit.ts";
import { firstLine, noisyLoss, points } from "../train/models.ts";

const [folder, result] = process.argv.slice(2);
const [train, rest] = points(30).shuffle(1).split(0.8, 2);
const found = await fit(noisyLoss, {
  parameters: firstLine,
  optimizer: adam({ rate: 0.01 }),
  data: train.batch(4),
  epochs: 200,
  validation: { data: rest.batch(3) },
  earlyStopping: { patience: 1000 },
  checkpoint: { store: checkpoints(folder), every: 1 },
  onStep: ({ step }) => {
    // The test kills some time after it has read this, and this says how far a run has come.
    process.stdout.write(`${step}\n`);
  },
});
const { parameters, state, history } = found;
const { steps, validations } = history;
writeFileSync(result, JSON.stringify({ w: [...parameters.w], b: parameters.b, state, steps, validations }));

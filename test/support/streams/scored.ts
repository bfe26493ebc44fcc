/**
 * How well alerts were grouped. `precision`, `recall`, `f1`: B-cubed (Bagga and Baldwin, 1998) over the alerts of
 * faults; one that was kept quiet counts nothing. `noiseOnly`: incidents without any alert of a fault.
 * `perFault`: incidents that hold alerts of one fault, on average. `unseen`: faults in no incident.
 */
export type Score = {
  precision: number;
  recall: number;
  f1: number;
  noiseOnly: number;
  perFault: number;
  unseen: number;
};

export function scored(incidents: readonly (readonly number[])[], truth: readonly (string | null)[]): Score {
  const sizes = new Map<string, number>();
  for (const fault of truth) if (fault !== null) sizes.set(fault, (sizes.get(fault) ?? 0) + 1);
  const seenIn = new Map<string, number>();
  let precision = 0;
  let recall = 0;
  let noiseOnly = 0;
  for (const incident of incidents) {
    const counts = new Map<string, number>();
    for (const index of incident) {
      const fault = truth[index] ?? null;
      if (fault !== null) counts.set(fault, (counts.get(fault) ?? 0) + 1);
    }
    if (counts.size === 0) noiseOnly += 1;
    for (const [fault, count] of counts) {
      seenIn.set(fault, (seenIn.get(fault) ?? 0) + 1);
      precision += (count * count) / incident.length;
      recall += (count * count) / (sizes.get(fault) ?? count);
    }
  }
  const alerts = truth.filter((fault) => fault !== null).length;
  precision /= alerts;
  recall /= alerts;
  return {
    precision,
    recall,
    f1: (2 * precision * recall) / (precision + recall) || 0,
    noiseOnly,
    perFault: [...seenIn.values()].reduce((sum, count) => sum + count, 0) / sizes.size,
    unseen: sizes.size - seenIn.size,
  };
}

import type { webApi } from '@slack/bolt';
import { filePlace } from '../adapters/audit/file-place.ts';
import { gitPlace } from '../adapters/audit/git-place.ts';
import type { Place } from '../adapters/audit/place.ts';
import { slackPlace } from '../adapters/audit/slack-place.ts';
import type { CheckpointPlace } from '../config/audit.ts';

/** The configured places for copies of checkpoints. */
export function auditPlaces(places: readonly CheckpointPlace[], client: webApi.WebClient): Place[] {
  return places.map((place) => {
    if ('file' in place) return filePlace(place.file);
    if ('git' in place) return gitPlace(place.git);
    return slackPlace(client, place.slack);
  });
}

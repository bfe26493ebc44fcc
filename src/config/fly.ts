import { z } from 'zod';
import { flyApp } from '../incident/actions/fly.ts';

/** `services.X.fly` */
export const flySchema = z.strictObject({ app: flyApp }).optional();

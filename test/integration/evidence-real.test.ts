import { evidenceContract } from '../contract/evidence-contract.ts';
import { makeEvidenceWorld } from '../support/evidence-world.ts';

evidenceContract('the driver of real runs', makeEvidenceWorld);

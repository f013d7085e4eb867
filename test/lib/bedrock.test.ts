import { describe, expect, it } from 'vitest';
import { synthesise } from './synthesise.ts';

const MODEL = 'eu.amazon.nova-micro-v1:0';

describe('the permission to ask Bedrock', () => {
  it('is in no template while it is off', () => {
    expect(synthesise().text).not.toContain('bedrock:');
  });

  it('is for one action, and for the model that is written down', () => {
    const { text } = synthesise({}, { bedrockModel: MODEL });
    expect(new Set(text.match(/bedrock:[A-Z][A-Za-z]+/g))).toEqual(
      new Set(['bedrock:InvokeModel']),
    );
    expect(text).toContain('foundation-model/amazon.nova-micro-v1:0');
    expect(text).toContain(`inference-profile/${MODEL}`);
  });

  it('names no inference profile for a model of the region', () => {
    const { text } = synthesise({}, { bedrockModel: 'amazon.nova-micro-v1:0' });
    expect(text).toContain('foundation-model/amazon.nova-micro-v1:0');
    expect(text).not.toContain('inference-profile');
  });
});

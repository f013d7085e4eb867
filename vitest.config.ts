import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Test files of one worker share their modules: loading them anew for each file took a quarter of the time.
    isolate: false,
    // One for each core: by default vitest leaves one idle, which on two cores is half of them.
    maxWorkers: availableParallelism(),
    // A test that asserts nothing cannot fail.
    expect: { requireAssertions: true },
    testTimeout: 20_000,
    env: {
      // Template tests look at the template, not at the bundles.
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [] }),
      TZ: 'America/New_York',
    },
  },
});

// Plain JavaScript, so that a Node that cannot run the rest can still say so.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    major < 20
      ? `Node ${process.versions.node} is too old to install promisewatch. Install Node 20 or newer and run "npm ci" again.`
      : 'The Node 24 that "npm ci" brings is missing. Run "npm ci" again, without --ignore-scripts.',
  );
  process.exitCode = 1;
  process.exit();
}

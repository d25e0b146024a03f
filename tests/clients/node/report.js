// A short report for `node --test`: each failure in full, then the runner's own totals.
//
// Named by run.sh as --test-reporter. Passing tests leave no line.

export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type === "test:fail" && data.details.error.failureType !== "subtestsFailed") {
      const { cause, message } = data.details.error;
      yield `\nnot ok - ${data.name}\n${cause?.message ?? cause ?? message}\n`;
    }
    if (type === "test:stderr" || type === "test:stdout") yield data.message;
    if (type === "test:diagnostic" && data.nesting === 0) yield `# ${data.message}\n`;
  }
}

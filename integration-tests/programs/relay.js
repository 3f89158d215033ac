// Node.js at work: digests go over a connection to its own server, and through a worker thread; a timer ticks. At the end all
// are computed once more.
const { createHash } = require('crypto');
const fs = require('fs');
const net = require('net');
const path = require('path');
const { Worker, isMainThread, parentPort } = require('worker_threads');

const digest = (text) => createHash('sha256').update(text).digest('hex');
const heard = (event) => fs.existsSync(path.join(process.argv[2], event));

function tell(event, text) {
  const pending = path.join(process.argv[2], '.' + event);
  fs.writeFileSync(pending, text);
  fs.renameSync(pending, path.join(process.argv[2], event));
}

function askWorker(worker, text) {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage(text);
  });
}

function askServer(socket, text) {
  return new Promise((resolve) => {
    socket.once('data', (data) => resolve(data.toString()));
    socket.write(text);
  });
}

async function main() {
  let ticks = 0;
  setInterval(() => ticks++, 5);
  const worker = new Worker(__filename);
  const server = net.createServer((socket) => socket.on('data', (data) => socket.write(digest(data))));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = net.connect(server.address().port, '127.0.0.1');
  let [state, rounds] = ['begin', 0];
  while (rounds < 3000 || !heard('go')) {
    state = await askServer(socket, await askWorker(worker, state));
    if (++rounds === 1000) tell('ready', '');
  }
  const before = ticks;
  await new Promise((resolve) => setTimeout(resolve, 200));
  let expected = 'begin';
  for (let round = 0; round < rounds; round++) expected = digest(digest(expected));
  const verdict = state === expected ? 'ok' : `after ${rounds} rounds ${state}, not ${expected}`;
  tell('verdict', ticks > before ? verdict : 'the timer stands still');
  process.exit(0);
}

if (isMainThread) {
  main();
} else {
  parentPort.on('message', (text) => parentPort.postMessage(digest(text)));
}

% Octave at work: each round of matrices builds on the one before. At the end all are computed once more.
1;

function tell_of(directory, event, text)
  pending = fullfile(directory, ["." event]);
  file = fopen(pending, "w");
  fputs(file, text);
  fclose(file);
  rename(pending, fullfile(directory, event));
end

function state = step(state, round)
  n = rows(state);
  state = mod(state * magic(n) + round, 1009);
  values = struct("sum", sum(state(:)), "text", sprintf("%d,", state(1, :)));
  state(1, 1) = mod(values.sum + numel(values.text), 1009);
end

directory = argv(){1};
first = mod(magic(60), 7);
state = first;
rounds = 0;
while rounds < 400 || ! exist(fullfile(directory, "go"), "file")
  rounds++;
  state = step(state, rounds);
  if rounds == 100
    tell_of(directory, "ready", "");
  end
end
expected = first;
for round = 1:rounds
  expected = step(expected, round);
end
if isequal(state, expected)
  tell_of(directory, "verdict", "ok");
else
  tell_of(directory, "verdict", sprintf("wrong after %d rounds", rounds));
end

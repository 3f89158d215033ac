// An OpenMP program: threads sweep over a grid together; every sweep's result is known from a first one.
#include <cstdio>
#include <omp.h>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace {

constexpr std::size_t size = 512;
constexpr int sweeps = 20;
using Grid = std::vector<double>;

std::string directory;

bool heard(const char *event)
{
	struct stat status;
	return stat((directory + "/" + event).c_str(), &status) == 0;
}

void say(const std::string &event, const std::string &text)
{
	const std::string pending = directory + "/.pending-" + event;
	std::FILE *file = std::fopen(pending.c_str(), "w");
	std::fputs(text.c_str(), file);
	std::fclose(file);
	std::rename(pending.c_str(), (directory + "/" + event).c_str());
}

Grid start()
{
	Grid grid(size * size);
	for (std::size_t i = 0; i < grid.size(); i++)
		grid[i] = static_cast<double>(i * 2654435761u % 1000);
	return grid;
}

void sweep(const Grid &from, Grid &to)
{
#pragma omp parallel for schedule(dynamic, 8)
	for (std::size_t row = 1; row < size - 1; row++)
		for (std::size_t i = row * size + 1; i < (row + 1) * size - 1; i++)
			to[i] = 0.25 * (from[i - 1] + from[i + 1] + from[i - size] + from[i + size]);
}

Grid relax()
{
	Grid from = start(), to = from;
	for (int i = 0; i < sweeps; i++) {
		sweep(from, to);
		from.swap(to);
	}
	return from;
}

} // namespace

int main(int, char **argv)
{
	directory = argv[1];
	omp_set_num_threads(4);
	const Grid expected = relax();
	for (long round = 1; round < 10 || !heard("go"); round++) {
		if (relax() != expected) {
			say("verdict", "round " + std::to_string(round) + " differs");
			return 1;
		}
		if (round == 3)
			say("ready", "");
	}
	say("verdict", "ok");
}

// SPDX-License-Identifier: Apache-2.0
// Run by ./build.sh bench, in a private mount namespace:
//   bench [--quick] [--busy] --config DEFAULT.json [--floor PROGRAM] [--profile PROFILE.json]
//     [--document FILE.md [--section NAME]] [--pictures DIRECTORY/PREFIX] NAME=PATH NAME=PATH ...
// The first runtime is compared with the others and with the floor. The tables are printed, and written into the document between its markers;
// the pictures are files DIRECTORY/PREFIX….svg. Or
//   bench --draw FILE.svg TITLE UNIT
// which draws the figures of its standard input (Drawing.cs).
using Runcs.Bench;

if (args is ["--draw", string file, string title, string unit])
{
    Drawing.Draw(Console.In, file, title, unit);
    return;
}

Options options = new(args);
// The container's init is orphaned when create exits; it becomes our child, so that we can wait for it.
_ = Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 1);
using Workbench workbench = new(options.Config, options.Profile);
List<Contender> contenders = [.. options.Runtimes.Select(one => new OciRuntime(one.Name, one.Path, workbench.State))];
if (options.Floor.Length > 0)
    contenders.Add(new Floor(options.Floor, workbench.State));
Results results = new(contenders);
CostResults costs = new(contenders);
List<GrowthResults> growth = [];
try
{
    Rounds rounds = new(contenders);
    Cases cases = new(workbench, rounds, results, costs, options.Quick);
    if (options.Busy)
    {
        using BusyProcessors busy = new();
        cases.Commands();
    }
    else
    {
        cases.All();
        growth.AddRange(new Growth(workbench, contenders, rounds, options.Quick).All());
    }
}
finally
{
    foreach (Contender contender in contenders)
        contender.DeleteAll();
}

string report = $"{Document.Machine()}\n\n{string.Join("\n", contenders.Select(contender => $"- {contender.Name}: {contender.Version}"))}\n\n{results.Table()}";
if (costs.Table() is { Length: > 0 } table)
    report += $"\nSystem calls / page faults / clones / context switches / CPU time in milliseconds, of all processes together; medians:\n\n{table}";
if (growth.Count > 0)
    report += $"\n`run` with containers alive and with mounts on the host, median (ratio to that with none):\n\n{GrowthResults.Table(contenders, growth)}";
Console.Write(report);
if (options.Document.Length > 0)
    Document.Write(options.Document, options.Section, report);
if (options.Pictures.Length > 0)
    new Pictures(Path.GetDirectoryName(options.Pictures)!, Path.GetFileName(options.Pictures), [.. contenders.OfType<OciRuntime>()]).Write(results, costs, growth);

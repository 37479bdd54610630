// SPDX-License-Identifier: Apache-2.0
// Run by ./build.sh bench, in a private mount namespace:
//   bench [--quick] --config DEFAULT.json [--profile PROFILE.json] [--document FILE.md [--section NAME]]
//     [--pictures DIRECTORY/PREFIX] NAME=PATH NAME=PATH ...
// The first runtime is compared with the others. The tables are printed, and written into the document between its markers;
// the pictures are files DIRECTORY/PREFIX….svg. Or
//   bench --draw FILE.svg TITLE UNIT
// which draws the figures of its standard input (Drawing.cs).
using Runcs.Bench;

if (args is ["--draw", string file, string title, string unit])
{
    Drawing.Draw(Console.In, file, title, unit);
    return;
}

bool quick = false;
string config = "", profile = "", document = "", section = "bench", pictures = "";
List<(string Name, string Path)> named = [];
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--quick")
        quick = true;
    else if (args[i] == "--config")
        config = args[++i];
    else if (args[i] == "--profile")
        profile = args[++i];
    else if (args[i] == "--document")
        document = args[++i];
    else if (args[i] == "--section")
        section = args[++i];
    else if (args[i] == "--pictures")
        pictures = args[++i];
    else
        named.Add((args[i].Split('=')[0], args[i].Split('=', 2)[1]));
}

// The container's init is orphaned when create exits; it becomes our child, so that we can wait for it.
_ = Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 1);
using Workbench workbench = new(config, profile);
List<Contender> contenders = [.. named.Select(one => new Contender(one.Name, one.Path, workbench.State))];
Results results = new(contenders);
CostResults costs = new(contenders);
try
{
    new Cases(workbench, contenders, results, costs, quick).All();
}
finally
{
    foreach (Contender contender in contenders)
        contender.DeleteAll();
}

string report = $"{Document.Machine()}\n\n{string.Join("\n", contenders.Select(contender => $"- {contender.Name}: {contender.Version}"))}\n\n{results.Table()}";
if (costs.Table() is { Length: > 0 } table)
    report += $"\nSystem calls / page faults / clones / context switches / CPU time in milliseconds, of all processes together; medians:\n\n{table}";
Console.Write(report);
if (document.Length > 0)
    Document.Write(document, section, report);
if (pictures.Length > 0)
    new Pictures(Path.GetDirectoryName(pictures)!, Path.GetFileName(pictures), contenders).Write(results, costs);

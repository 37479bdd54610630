// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>The command line.</summary>
internal sealed class Options
{
    public Options(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick": Quick = true; break;
                case "--busy": Busy = true; break;
                case "--config": Config = args[++i]; break;
                case "--floor": Floor = args[++i]; break;
                case "--profile": Profile = args[++i]; break;
                case "--document": Document = args[++i]; break;
                case "--section": Section = args[++i]; break;
                case "--pictures": Pictures = args[++i]; break;
                default: Runtimes.Add((args[i].Split('=')[0], args[i].Split('=', 2)[1])); break;
            }
        }
    }

    /// <summary>Fewer rounds.</summary>
    public bool Quick { get; }

    /// <summary>The commands alone, while other processes keep all processors busy.</summary>
    public bool Busy { get; }

    /// <summary>The file with the config that <c>runc spec</c> writes.</summary>
    public string Config { get; } = "";

    /// <summary>The program of <see cref="Bench.Floor"/>; empty for none.</summary>
    public string Floor { get; } = "";

    /// <summary>The file of an engine's seccomp profile; empty for none.</summary>
    public string Profile { get; } = "";

    /// <summary>The document that gets the tables; empty for none.</summary>
    public string Document { get; } = "";

    /// <summary>The name of its markers.</summary>
    public string Section { get; } = "bench";

    /// <summary>Directory and first letters of the pictures' names; empty for none.</summary>
    public string Pictures { get; } = "";

    public List<(string Name, string Path)> Runtimes { get; } = [];
}

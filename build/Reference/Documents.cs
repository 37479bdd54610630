// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli;
using Runcs.Cli.Parsing;

namespace Runcs.Reference;

/// <summary>All that is generated, as paths below share/ and texts.</summary>
internal static class Documents
{
    /// <param name="date">Of the manual pages, YYYY-MM-DD.</param>
    public static IEnumerable<(string Path, string Text)> All(string date)
    {
        Verb[] verbs = [.. VerbTable.Names.Select(name => VerbTable.Find(name)!)];
        Flag[] globals = GlobalFlags.Define();
        yield return ("man/man8/runcs.8", ManPage.OfProgram(globals, verbs, date));
        foreach (Verb verb in verbs) yield return ($"man/man8/runcs-{verb.Name}.8", ManPage.OfVerb(verb, date));
        yield return ("bash-completion/completions/runcs", BashCompletion.Write(globals, verbs));
        yield return ("zsh/site-functions/_runcs", ZshCompletion.Write(globals, verbs));
        yield return ("fish/vendor_completions.d/runcs.fish", FishCompletion.Write(globals, verbs));
    }
}

// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Harness;

/// <summary>The one error line of a failed command: <c>time="..." level=error msg="..."</c>.</summary>
internal static partial class ErrorMessage
{
    /// <summary>The reason from a command that failed with exit code 1, without the prefix of create or run.</summary>
    public static string Of(Result result)
    {
        result.Exits(1);
        string[] lines = result.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == 1, $"not one line of error: {result}");
        Match match = Line().Match(lines[0]);
        Assert.True(match.Success, $"no error line: {result}");
        return Command().Replace(match.Groups["quoted"].Success ? Unquote(match.Groups["quoted"].Value) : match.Groups["plain"].Value, "");
    }

    /// <summary>
    /// The reason is these words of runc, which engines match. Those of runcs may go on behind a colon with what people need;
    /// <c>RemedyTests</c> checks that.
    /// </summary>
    public static void Is(string words, Result result)
    {
        string reason = Of(result);
        if (RuntimeUnderTest.IsRuncs && reason.StartsWith(words + ": ", StringComparison.Ordinal)) reason = words;
        Assert.Equal(words, reason);
    }

    private static string Unquote(string text) => Escape().Replace(text, match => match.Value switch { "\\n" => "\n", "\\t" => "\t", _ => match.Value[1..] });

    [GeneratedRegex("^time=\"[^\"]+Z?\" level=error msg=(\"(?<quoted>.*)\"|(?<plain>[^ ]+))$")]
    private static partial Regex Line();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();

    [GeneratedRegex("^runcs? (create|run) failed: ")]
    private static partial Regex Command();
}

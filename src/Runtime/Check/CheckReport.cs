// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.OciSpec.Json;

namespace Runcs.Check;

/// <summary>The findings of <c>check</c>; every line has the form <c>path: problem</c>.</summary>
/// <param name="Problems">Why no host can run the config.</param>
/// <param name="Unmet">The requirements that this host does not meet.</param>
/// <param name="Warnings">Warnings that do not fail the command.</param>
/// <param name="Plan">The plan, one step per line; null if there is none or it was not requested.</param>
public sealed record CheckReport(string[] Problems, string[] Unmet, string[] Warnings, string? Plan)
{
    public bool IsGood => Problems.Length + Unmet.Length == 0;

    public string WriteText()
    {
        var text = new StringBuilder();
        foreach (string problem in Problems) AppendLine(text, "", problem);
        foreach (string requirement in Unmet) AppendLine(text, "this host: ", requirement);
        foreach (string warning in Warnings) AppendLine(text, "warning: ", warning);
        if (IsGood) text.Append("config.json: no problem found\n");
        return text.Append(Plan).ToString();
    }

    public byte[] WriteJson()
    {
        JsonText json = JsonText.Compact();
        json.BeginObject();
        json.Member("problems"u8, Problems);
        json.Member("host"u8, Unmet);
        json.Member("warnings"u8, Warnings);
        json.OptionalMember("plan"u8, Plan);
        json.EndObject();
        json.EndLine();
        return json.ToArray();
    }

    // A problem may quote any value: control characters are escaped, so that it stays on one line and cannot control a
    // terminal.
    private static void AppendLine(StringBuilder text, string prefix, string line)
    {
        text.Append(prefix);
        foreach (char next in Runcs.Plan.Problems.Brief(line))
        {
            if (char.IsControl(next)) text.Append("\\u").Append(((int)next).ToString("x4"));
            else text.Append(next);
        }
        text.Append('\n');
    }
}

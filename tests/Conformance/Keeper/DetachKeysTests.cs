// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Keeper.Attach;
using Runcs.Native;

namespace Runcs.Conformance.Keeper;

/// <summary>P is ctrl-p, Q is ctrl-q; | separates what one read returns.</summary>
public class DetachKeysTests
{
    [Theory]
    [InlineData("ctrl-p,ctrl-q", "abc", "abc", false)]
    [InlineData("ctrl-p,ctrl-q", "aPQ", "a", true)]
    [InlineData("ctrl-p,ctrl-q", "aP|Qb", "a", true)]
    [InlineData("ctrl-p,ctrl-q", "P", "", false)]
    [InlineData("ctrl-p,ctrl-q", "Pa", "Pa", false)]
    [InlineData("ctrl-p,ctrl-q", "P|a", "Pa", false)]
    [InlineData("ctrl-p,ctrl-q", "PP", "P", false)]
    [InlineData("ctrl-p,ctrl-q", "PPQ", "P", true)]
    [InlineData("ctrl-p,ctrl-q", "QPaPQ", "QPa", true)]
    [InlineData("ctrl-p,ctrl-p,ctrl-q", "PPPQ", "P", true)]
    [InlineData("ctrl-p,ctrl-p,ctrl-q", "PPaPPQ", "PPa", true)]
    [InlineData("a,b,a,c", "abab|ac", "ab", true)]
    [InlineData("a", "xa", "x", true)]
    [InlineData("", "PQ", "PQ", false)]
    public void Keys_are_held_until_it_is_known_whose_they_are(string keys, string typed, string passed, bool detaches)
    {
        DetachKeys matcher = DetachKeys.Parse(keys);
        StringBuilder result = new();
        foreach (string part in typed.Split('|'))
        {
            result.Append(Encoding.ASCII.GetString(matcher.Pass(Encoding.ASCII.GetBytes(part.Replace('P', '\x10').Replace('Q', '\x11')))));
            if (matcher.AreComplete) break;
        }
        Assert.Equal(passed, result.ToString().Replace('\x10', 'P').Replace('\x11', 'Q'));
        Assert.Equal(detaches, matcher.AreComplete);
    }

    [Theory]
    [InlineData("ctrl-@", "\0")]
    [InlineData("ctrl-[", "\x1b")]
    [InlineData("ctrl-_", "\x1f")]
    [InlineData("ctrl-A", "\x01")]
    [InlineData("x", "x")]
    public void Keys_have_dockers_names(string name, string key)
    {
        DetachKeys keys = DetachKeys.Parse(name);
        keys.Pass(Encoding.ASCII.GetBytes(key));
        Assert.True(keys.AreComplete);
    }

    [Theory]
    [InlineData("ctrl-")]
    [InlineData("ctrl-1")]
    [InlineData("ctrl-pp")]
    [InlineData("alt-x")]
    [InlineData("a,,b")]
    [InlineData("ä")]
    public void Others_are_refused(string keys) => Assert.Throws<RuncsException>(() => DetachKeys.Parse(keys));
}

// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.OciSpec.Json;

/// <summary>
/// What a careful reading of a document takes down beside its faults: members that nobody reads, members that stand twice,
/// and required ones whose absence the types cannot show, since it reads as 0. A start does without it.
/// </summary>
public sealed class DocumentNotes
{
    /// <summary>How many remarks are kept.</summary>
    private const int MostRemarks = 100;

    private readonly Stack<Frame> frames = new();
    private readonly List<(int Offset, string Remark)> remarks = [];

    /// <summary>The value that is entered next is not read by anybody.</summary>
    private bool unread;

    /// <summary>An object or array that is open.</summary>
    /// <param name="Offset">Where it begins.</param>
    /// <param name="Pattern">Its path, with <c>[]</c> for any element.</param>
    /// <param name="Names">The members so far; null for an array.</param>
    private sealed record Frame(int Offset, string Pattern, HashSet<string>? Names, bool IsUnread)
    {
        public string Current { get; set; } = "";
        public int CurrentOffset { get; set; }
    }

    /// <summary>The remarks with their places, in the document's order.</summary>
    /// <param name="document">What was read.</param>
    public DocumentFault[] In(ReadOnlySpan<byte> document)
    {
        // An object's missing members are known at its end and told at its beginning.
        remarks.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));
        var place = new DocumentPlace(document);
        var placed = new DocumentFault[remarks.Count];
        for (int at = 0; at < placed.Length; at++)
            placed[at] = new DocumentFault(place.PathAt(remarks[at].Offset), remarks[at].Remark);
        return placed;
    }

    internal void EnterObject(int offset) => Enter(offset, new HashSet<string>(StringComparer.Ordinal));

    internal void EnterArray(int offset) => Enter(offset, null);

    internal void Leave()
    {
        Frame frame = frames.Pop();
        if (frame.Names == null || frame.IsUnread)
            return;
        foreach (string name in RequiredMembers.Of(frame.Pattern))
        {
            if (!frame.Names.Contains(name))
                Remark(frame.Offset, "lacks \"" + name + "\", which the specification requires: taken as 0");
        }
    }

    /// <summary>A member with this name has its value, which is not null, at the offset.</summary>
    internal void Member(ReadOnlySpan<byte> name, int offset)
    {
        Frame frame = frames.Peek();
        (frame.Current, frame.CurrentOffset) = (Encoding.UTF8.GetString(name), offset);
        if (!frame.Names!.Add(frame.Current) && !frame.IsUnread)
            Remark(offset, "stands there twice: the last one counts");
    }

    /// <summary>The words for a member that nobody reads.</summary>
    /// <param name="near">The known name that it was meant to be; null for none.</param>
    internal static string UnknownMember(string? near) => "is not known, and ignored" + (near == null ? "" : ": did you mean \"" + near + "\"?");

    /// <summary>Nobody reads the value of the member that was named last.</summary>
    /// <param name="near">The known name that it was meant to be; null for none.</param>
    internal void Unknown(string? near)
    {
        if (!frames.TryPeek(out Frame? frame))
            return;
        Remark(frame.CurrentOffset, UnknownMember(near));
        unread = true;
    }

    /// <summary>The value that began last is over.</summary>
    internal void Read() => unread = false;

    private void Enter(int offset, HashSet<string>? names)
    {
        bool isUnread = unread;
        unread = false;
        string pattern = "";
        if (frames.TryPeek(out Frame? outer))
        {
            isUnread |= outer.IsUnread;
            if (!isUnread)
                pattern = outer.Names == null ? outer.Pattern + "[]" : outer.Pattern.Length == 0 ? outer.Current : outer.Pattern + "." + outer.Current;
        }
        frames.Push(new Frame(offset, pattern, names, isUnread));
    }

    private void Remark(int offset, string remark)
    {
        if (remarks.Count < MostRemarks)
            remarks.Add((offset, remark));
    }
}

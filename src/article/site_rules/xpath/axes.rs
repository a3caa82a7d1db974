//! The axes (XPath 1.0 §2.2): nodes in the order of the axis, those that fit the test.

use super::expr::{Axis, Test};
use super::tree::{Kind, NodeRef, Tree};
use super::{Budget, TooMuch};

/// Adds the nodes of an axis that fit the test.
pub(super) fn collect(
    tree: &Tree<'_>,
    from: NodeRef,
    axis: Axis,
    test: &Test,
    budget: &mut Budget,
    out: &mut Vec<NodeRef>,
) -> Result<(), TooMuch> {
    if from.attribute > 0 {
        return from_attribute(tree, from, axis, test, budget, out);
    }
    let mut walk = Walk { tree, test, budget, out };
    let node = from.node;
    match axis {
        Axis::This => walk.visit(node),
        Axis::Attribute => walk.attributes(node),
        Axis::Child => walk.siblings(Some(node + 1).filter(|&first| first < tree.end(node))),
        Axis::Descendant => walk.range(node + 1, tree.end(node)),
        Axis::DescendantOrSelf => walk.range(node, tree.end(node)),
        Axis::Parent if node == 0 => Ok(()),
        Axis::Parent => walk.visit(tree.parent(node)),
        Axis::Ancestor => walk.up(node),
        Axis::AncestorOrSelf => {
            walk.visit(node)?;
            walk.up(node)
        }
        Axis::FollowingSibling => walk.siblings(tree.behind(node)),
        Axis::PrecedingSibling => walk.siblings_before(node),
        Axis::Following => walk.range(tree.end(node), tree.len()),
        Axis::Preceding => walk.preceding(node),
    }
}

/// An attribute has a parent, and is no child of it.
fn from_attribute(
    tree: &Tree<'_>,
    from: NodeRef,
    axis: Axis,
    test: &Test,
    budget: &mut Budget,
    out: &mut Vec<NodeRef>,
) -> Result<(), TooMuch> {
    budget.spend(1)?;
    if matches!(axis, Axis::This | Axis::AncestorOrSelf | Axis::DescendantOrSelf) && *test == Test::Node {
        out.push(from);
    }
    let owner = NodeRef { node: from.node, attribute: 0 };
    match axis {
        Axis::Parent => collect(tree, owner, Axis::This, test, budget, out),
        Axis::Ancestor | Axis::AncestorOrSelf => {
            collect(tree, owner, Axis::AncestorOrSelf, test, budget, out)
        }
        Axis::Following => {
            collect(tree, owner, Axis::Descendant, test, budget, out)?;
            collect(tree, owner, Axis::Following, test, budget, out)
        }
        Axis::Preceding => collect(tree, owner, Axis::Preceding, test, budget, out),
        _ => Ok(()),
    }
}

struct Walk<'w, 't> {
    tree: &'w Tree<'t>,
    test: &'w Test,
    budget: &'w mut Budget,
    out: &'w mut Vec<NodeRef>,
}

impl Walk<'_, '_> {
    fn visit(&mut self, node: usize) -> Result<(), TooMuch> {
        self.budget.spend(1)?;
        if !self.tree.is_gone(node) && fits(self.tree.kind(node), self.test) {
            self.out.push(NodeRef { node, attribute: 0 });
        }
        Ok(())
    }

    fn range(&mut self, from: usize, to: usize) -> Result<(), TooMuch> {
        (from..to).try_for_each(|node| self.visit(node))
    }

    fn siblings(&mut self, first: Option<usize>) -> Result<(), TooMuch> {
        let mut next = first;
        while let Some(node) = next {
            self.visit(node)?;
            next = self.tree.behind(node);
        }
        Ok(())
    }

    fn siblings_before(&mut self, node: usize) -> Result<(), TooMuch> {
        let mut node = node;
        while let Some(before) = self.tree.before(node) {
            self.visit(before)?;
            node = before;
        }
        Ok(())
    }

    fn up(&mut self, node: usize) -> Result<(), TooMuch> {
        let mut node = node;
        while node > 0 {
            node = self.tree.parent(node);
            self.visit(node)?;
        }
        Ok(())
    }

    /// Everything before that is no ancestor, backwards.
    fn preceding(&mut self, node: usize) -> Result<(), TooMuch> {
        let mut above = self.tree.parent(node);
        for before in (1..node).rev() {
            if before == above {
                above = self.tree.parent(above);
            } else {
                self.visit(before)?;
            }
        }
        Ok(())
    }

    fn attributes(&mut self, node: usize) -> Result<(), TooMuch> {
        for (attribute, name, _) in self.tree.attributes(node) {
            self.budget.spend(1)?;
            let fits = match self.test {
                Test::Any | Test::Node => true,
                Test::Name(wanted) => name.eq_ignore_ascii_case(wanted),
                Test::Text | Test::Comment | Test::Nothing => false,
            };
            if fits {
                self.out.push(NodeRef { node, attribute });
            }
        }
        Ok(())
    }
}

fn fits(kind: Kind<'_>, test: &Test) -> bool {
    match (test, kind) {
        (Test::Node, _)
        | (Test::Any, Kind::Element(_))
        | (Test::Text, Kind::Text(_))
        | (Test::Comment, Kind::Comment(_)) => true,
        (Test::Name(name), Kind::Element(element)) => element.name() == &**name,
        _ => false,
    }
}
